"""What is fetched over HTTP, from a real server."""
