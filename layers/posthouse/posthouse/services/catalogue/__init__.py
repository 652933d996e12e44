"""Hotels, room types and nights: what staff change, and how guests find and read them."""
