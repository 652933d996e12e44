"""Hotels, room types and nights: changes by staff, and reading and searching by guests."""
