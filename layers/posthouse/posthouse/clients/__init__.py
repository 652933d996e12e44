"""What Posthouse calls outside its own tables: AWS services and WeChat."""
