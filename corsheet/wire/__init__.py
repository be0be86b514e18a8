"""Orders to the bytes of each contract, and requests' bytes to values. Pure."""
