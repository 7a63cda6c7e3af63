"""What runs have in common: values that tell a phone again, and who can join what by them."""
