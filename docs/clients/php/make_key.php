<?php

/** Makes a key pair: the private half into a new file, the public half onto standard output. */

declare(strict_types=1);

require __DIR__ . '/libraries.php';

use phpseclib3\Crypt\EC;

/** The members of a JWK, in base64url without padding (RFC 7515, 2). */
function jwk(object $key, string $kid): string
{
    $members = json_decode($key->toString('JWK'), true)['keys'][0];
    $members = array_map(fn (string $text) => rtrim($text, '='), $members);
    return json_encode($members + ['alg' => 'ES256', 'use' => 'sig', 'kid' => $kid]);
}

if ($argc !== 2) {
    fwrite(STDERR, "usage: php make_key.php PRIVATE_KEY_FILE\n");
    exit(1);
}
umask(0077);
$file = @fopen($argv[1], 'x');
if ($file === false) {
    fwrite(STDERR, "make_key: $argv[1] cannot be made, or exists\n");
    exit(1);
}
$key = EC::createKey('nistp256');
$kid = bin2hex(random_bytes(8));
fwrite($file, jwk($key, $kid));
echo jwk($key->getPublicKey(), $kid), "\n";
