<?php

declare(strict_types=1);

use ParagonIE\ConstantTime\Base64UrlSafe;
use phpseclib3\Crypt\Common\PrivateKey;
use phpseclib3\Crypt\PublicKeyLoader;
use phpseclib3\Crypt\RSA;

/** The client's key: a private JWK with `alg` and `kid`. */
final class Signer
{
    private const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e'];

    private array $jwk;
    private PrivateKey $key;

    /** @throws InvalidArgumentException where the file holds no such key */
    public function __construct(string $file)
    {
        $text = (string) @file_get_contents($file);
        $this->jwk = (array) json_decode($text, true);
        if (!isset($this->jwk['kty'], $this->jwk['d'], $this->jwk['alg'], $this->jwk['kid'])) {
            throw new InvalidArgumentException("$file: not a private key as JWK with alg and kid");
        }
        $key = PublicKeyLoader::loadPrivateKey($text);
        $this->key = match ($this->jwk['alg']) {
            'ES256' => $key->withHash('sha256')->withSignatureFormat('Raw'),
            'PS256' => $key->withHash('sha256')->withMGFHash('sha256')->withPadding(RSA::SIGNATURE_PSS),
            'Ed25519' => $key,
        };
    }

    /** Proves the client, for a minute, to this issuer only. */
    public function assertion(string $clientId, string $issuer): string
    {
        $header = ['kid' => $this->jwk['kid'], 'typ' => 'client-authentication+jwt'];
        $claims = ['iss' => $clientId, 'sub' => $clientId, 'aud' => $issuer, 'exp' => time() + 60];
        return $this->sign($header, $claims);
    }

    /** Proves that the sender of this request (with this token) holds the key. */
    public function proof(string $method, string $url, ?string $token = null): string
    {
        $claims = ['htm' => $method, 'htu' => $url];
        if ($token !== null) {
            $claims['ath'] = Base64UrlSafe::encodeUnpadded(hash('sha256', $token, true));
        }
        $public = array_intersect_key($this->jwk, array_flip(self::PUBLIC));
        return $this->sign(['typ' => 'dpop+jwt', 'jwk' => $public], $claims);
    }

    /** A JWT that is good once, now. */
    private function sign(array $header, array $claims): string
    {
        $header['alg'] = $this->jwk['alg'];
        $claims += ['jti' => Base64UrlSafe::encodeUnpadded(random_bytes(16)), 'iat' => time()];
        $parts = array_map(
            fn (array $part) => Base64UrlSafe::encodeUnpadded(json_encode($part, JSON_THROW_ON_ERROR)),
            [$header, $claims],
        );
        $signature = $this->key->sign(implode('.', $parts));
        if (is_array($signature)) { // of an elliptic curve: two numbers of 32 bytes (RFC 7518, 3.4)
            $bytes = fn ($number) => str_pad($number->toBytes(), 32, "\0", STR_PAD_LEFT);
            $signature = $bytes($signature['r']) . $bytes($signature['s']);
        }
        return implode('.', [...$parts, Base64UrlSafe::encodeUnpadded($signature)]);
    }
}
