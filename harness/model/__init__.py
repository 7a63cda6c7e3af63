"""The vocabulary every other package speaks: frozen values, the ports where tests may put a fake, the error tree."""
