"""How the directory is kept: lists are fetched, read, looked at before they change anything, and watched."""
