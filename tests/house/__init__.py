"""What `make check` asks of the product's code beyond linter, types and imports."""
