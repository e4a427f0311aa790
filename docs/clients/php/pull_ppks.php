<?php

/** Writes every PPKS record that the grant shows, one JSON object a line. */

declare(strict_types=1);

require __DIR__ . '/libraries.php';
require __DIR__ . '/Signer.php';
require __DIR__ . '/Gateway.php';
require __DIR__ . '/Output.php';

const USAGE = 'usage: php pull_ppks.php [--cursor-file=FILE] GATEWAY CLIENT_ID KEY_FILE [FILTER=VALUE ...]';
const PAGE = '500';

/** All pages from the output's cursor on, in the order of the records' last change. */
function pull(Gateway $gateway, array $query, Output $output): void
{
    do {
        $here = $output->cursor === null ? [] : ['cursor' => $output->cursor];
        $page = $gateway->get('/v1/ppks', $query + $here);
        $output->write($page->items, $page->next_cursor);
    } while ($page->next_cursor !== null);
}

/** @throws InvalidArgumentException */
function filters(array $pairs): array
{
    $query = ['limit' => PAGE];
    foreach ($pairs as $pair) {
        if (!str_contains($pair, '=')) {
            throw new InvalidArgumentException(USAGE);
        }
        [$name, $value] = explode('=', $pair, 2);
        $query[$name] = $value;
    }
    return $query;
}

function main(array $arguments): void
{
    $options = getopt('', ['cursor-file:'], $first);
    $told = array_slice($arguments, $first);
    if (count($told) < 3) {
        throw new InvalidArgumentException(USAGE);
    }
    [$url, $clientId, $keyFile] = $told;
    $query = filters(array_slice($told, 3));
    $gateway = new Gateway($url, $clientId, new Signer($keyFile));
    pull($gateway, $query, new Output($options['cursor-file'] ?? null));
}

try {
    main($argv);
} catch (Throwable $trouble) {
    fwrite(STDERR, "pull_ppks: {$trouble->getMessage()}\n");
    exit(1);
}
