<?php

/** Finds Guzzle and phpseclib: Composer's in this folder, else Debian's. */

declare(strict_types=1);

$composer = __DIR__ . '/vendor/autoload.php';
if (is_file($composer)) {
    require $composer;
} else {
    require 'GuzzleHttp/autoload.php';
    require 'phpseclib3/autoload.php';
}
