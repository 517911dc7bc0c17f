"""The pages of this stage: signing in, intake, the acts on a client that belong here, and the clinic's settings."""
