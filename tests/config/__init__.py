"""The command, the middleware and the frame of the API."""
