<?php

declare(strict_types=1);

/**
 * Writes pages to standard output, one JSON object a line; with a cursor file each page exactly once.
 *
 * The cursor file has the next page's cursor and the length of the output before that page.
 * What stands after it is of a page that was interrupted, and is cut off.
 */
final class Output
{
    private const JSON = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION
        | JSON_THROW_ON_ERROR;
    private const KIND = 0170000;
    private const FILE = 0100000;

    public ?string $cursor = null;

    /** @throws InvalidArgumentException where the cursor file cannot be used with this output */
    public function __construct(private ?string $cursorFile)
    {
        if ($cursorFile !== null) {
            $this->goOn($cursorFile);
            $this->remember($cursorFile);
        }
    }

    private function goOn(string $cursorFile): void
    {
        $found = fstat(STDOUT);
        if (($found['mode'] & self::KIND) !== self::FILE) {
            throw new InvalidArgumentException('--cursor-file needs the output in a file: >> FILE');
        }
        if (is_file($cursorFile)) {
            $known = json_decode(file_get_contents($cursorFile), flags: JSON_THROW_ON_ERROR);
            if ($known->file !== $found['ino'] || $known->length > $found['size']) {
                throw new InvalidArgumentException("$cursorFile is of another output: append to that, >> FILE");
            }
            $this->cursor = $known->cursor;
            ftruncate(STDOUT, $known->length);
        }
        fseek(STDOUT, 0, SEEK_END);
    }

    /** One page. After the last one the next pull begins anew. */
    public function write(array $items, ?string $nextCursor): void
    {
        $lines = array_map(fn (object $item) => json_encode($item, self::JSON) . "\n", $items);
        self::writeAll(implode('', $lines));
        $this->cursor = $nextCursor;
        if ($this->cursorFile === null) {
            return;
        }
        $nextCursor === null ? unlink($this->cursorFile) : $this->remember($this->cursorFile);
    }

    private static function writeAll(string $text): void
    {
        if (@fwrite(STDOUT, $text) !== strlen($text)) {
            throw new RuntimeException('standard output takes no more');
        }
    }

    /** The page is on the disk before the cursor that leads past it. */
    private function remember(string $cursorFile): void
    {
        fsync(STDOUT);
        $found = fstat(STDOUT);
        $state = ['cursor' => $this->cursor, 'length' => $found['size'], 'file' => $found['ino']];
        file_put_contents("$cursorFile.new", json_encode($state, self::JSON));
        rename("$cursorFile.new", $cursorFile);
    }
}
