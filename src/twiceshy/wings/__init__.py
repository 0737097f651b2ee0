"""What not everybody needs: each wing knows the core, and the core should know none of them."""
