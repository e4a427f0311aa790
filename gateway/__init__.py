"""ppks-gateway: one API over Indonesia's social-welfare data systems."""

__version__ = "0.1.0"
