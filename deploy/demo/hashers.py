"""Password hashing of the demo: real Argon2 at a cost that lets 265 accounts be opened at once."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class DemoArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2 with 8 MiB and one pass; never part of another profile."""

    time_cost = 1
    memory_cost = 8192
    parallelism = 1
