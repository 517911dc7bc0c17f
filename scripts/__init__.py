"""What `make` runs: the demonstration, and the rehearsal of docker-compose.yml."""
