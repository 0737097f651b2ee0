"""The numbers a person reads first, as records; surfaces only draw them."""
