"""The only place where capabilities meet; each flow reads like a recipe."""
