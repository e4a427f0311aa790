"""Client secrets: random, recognisable, kept as salted hashes."""

from gateway.kit.secret_hash import hash_secret, new_secret, secret_id_of, secret_matches


def test_a_secret_matches_its_own_hash_only():
    secret_id, secret = new_secret()
    stored = hash_secret(secret)
    assert secret_matches(secret, stored)
    assert not secret_matches(secret + "x", stored)
    assert not secret_matches("", stored)
    assert secret_id_of(secret) == secret_id
    assert secret not in stored


def test_two_hashes_of_one_secret_differ():
    _, secret = new_secret()
    assert hash_secret(secret) != hash_secret(secret)


def test_secrets_have_at_least_256_bits_and_never_repeat():
    made = [new_secret()[1] for _ in range(50)]
    assert len(set(made)) == 50
    assert all(len(secret.partition(".")[2]) >= 43 for secret in made)
