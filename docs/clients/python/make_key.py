"""Makes a key pair: the private half into a new file, the public half onto standard output."""

import json
import os
import sys

from joserfc.jwk import ECKey


def main(private_file: str) -> None:
    """Never overwrites a key; only the owner of the file can read it."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    opened = os.open(private_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w") as file:
        json.dump(key.as_dict(private=True), file)
    print(json.dumps(key.as_dict(private=False)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python make_key.py PRIVATE_KEY_FILE")
    main(sys.argv[1])
