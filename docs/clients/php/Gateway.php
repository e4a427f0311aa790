<?php

declare(strict_types=1);

use GuzzleHttp\Client;
use Psr\Http\Message\ResponseInterface;

/** The gateway does not do it; the message has its code, its reason and the request's id. */
final class Refused extends RuntimeException
{
}

/** One gateway, as one of its clients sees it (FAPI 2.0, DPoP). */
final class Gateway
{
    private const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    private const PATIENCE = 5;

    private string $token = '';
    private int $ends = 0;
    private Client $http;

    public function __construct(private string $url, private string $clientId, private Signer $signer)
    {
        $this->url = rtrim($url, '/');
        $this->http = new Client(['http_errors' => false, 'allow_redirects' => false, 'timeout' => 30]);
    }

    /**
     * The answer's JSON; waits as the gateway asks where it is busy.
     *
     * @throws Refused
     */
    public function get(string $path, array $query): object
    {
        $answer = $this->ask($path, $query);
        for ($waited = 0; $waited < self::PATIENCE; $waited++) {
            if (!in_array($answer->getStatusCode(), [429, 503], true)) {
                break;
            }
            $wait = $answer->getHeaderLine('Retry-After');
            sleep(ctype_digit($wait) ? (int) $wait : 5);
            $answer = $this->ask($path, $query);
        }
        if ($answer->getStatusCode() !== 200) {
            throw new Refused(self::reason($answer));
        }
        return json_decode((string) $answer->getBody(), flags: JSON_THROW_ON_ERROR);
    }

    /** Has a token for the request: a new one before it ends, and once where it is refused. */
    private function ask(string $path, array $query): ResponseInterface
    {
        for ($try = 0; $try < 2; $try++) {
            if (time() > $this->ends - 30) {
                $answer = $this->askToken();
                if ($answer->getStatusCode() !== 200) {
                    return $answer;
                }
                $told = json_decode((string) $answer->getBody(), flags: JSON_THROW_ON_ERROR);
                [$this->token, $this->ends] = [$told->access_token, time() + $told->expires_in];
            }
            $url = $this->url . $path;
            $answer = $this->http->get($url, ['query' => $query, 'headers' => [
                'Authorization' => "DPoP $this->token",
                'DPoP' => $this->signer->proof('GET', $url, $this->token),
            ]]);
            if ($answer->getStatusCode() !== 401) {
                break;
            }
            $this->ends = 0;
        }
        return $answer;
    }

    private function askToken(): ResponseInterface
    {
        $url = "$this->url/oauth2/token";
        return $this->http->post($url, [
            'headers' => ['DPoP' => $this->signer->proof('POST', $url)],
            'form_params' => [
                'grant_type' => 'client_credentials',
                'client_assertion_type' => self::ASSERTION,
                'client_assertion' => $this->signer->assertion($this->clientId, $this->url),
            ],
        ]);
    }

    /** A problem document, or a refusal of the token endpoint, in one line. */
    private static function reason(ResponseInterface $answer): string
    {
        $told = (array) json_decode((string) $answer->getBody(), true);
        $code = $told['code'] ?? $told['error'] ?? 'status ' . $answer->getStatusCode();
        $detail = $told['detail'] ?? $told['error_description'] ?? 'no reason given';
        foreach ($told['errors'] ?? [] as $error) {
            $detail .= "; $error[field]: $error[message]";
        }
        $request = $answer->getHeaderLine('X-Request-Id') ?: 'without id';
        return "$code: $detail (request $request)";
    }
}
