<html><body>
<?php
namespace App\Inert;

use function strlen as length;
use Some\Thing as Other, Some\More;

/** Inert material for the tests of the parser. */
abstract class Base implements \Countable
{
    use Helper;
    const A = 'a' . 'b', B = 2;
    public static $shared = ['x' => 1, 'y' => [1, 2, 3]];
    protected $name = "inert";
    private ?string $typed = null;

    public function __construct(string $name = 'none', array &$list = [], ...$rest)
    {
        parent::__construct($name);
        $this->name = $name ?: static::A;
        self::$shared['z'] = $list[0] ?? $rest;
    }

    abstract protected function later(int $a): ?array;

    public function __toString() { return "{$this->name}: ${name} $list[0] {$list['k']->v()} \x41\101\u{41}\n"; }

    public static function make() { return new static(...func_get_args()); }
}

function decode($text, $key = 7) {
    $out = '';
    for ($i = 0, $n = strlen($text); $i < $n; $i++) {
        $out .= chr(ord($text[$i]) ^ $key);
    }
    return $out;
}

if ($argc > 1): ?>
  <p><?= htmlspecialchars($argv[1]) ?></p>
<?php elseif (isset($a, $b[1])): echo 1, 2; else: print 'three'; endif;

foreach ($items as $key => list($first, , $third)) {
    switch ($key) {
        case 1: case 2:
            continue 2;
        default:
            try { risky($first); } catch (\RuntimeException | Other $e) { throw $e; } finally { unset($third); }
    }
}
while (list($k, $v) = next($pairs)) { if ($k) break; else $v and die(); }
do { $x = $y ? $z : ($w ?? 0); } while (--$x > 0 && !$done);
$f = function ($a) use (&$x, $y) { return $a + $x ** 2; };
$g = fn($a) => $a * 2;
$h = static function () { yield 1; };
$obj = new class($f) extends Base { public function later(int $a): ?array { return [$a]; } };
$s = <<<EOT
Text with $x and {$obj->name} and {$a['b']}
EOT;
$t = <<<'RAW'
Raw $x
RAW;
$text = 'a' . $s . "b$t" . decode("\x01") . (int) $x . PHP_EOL;
$name = 'str' . 'len';
$length = $name($text) + $obj->{'na' . 'me'} + Base::make()->count() + $list['f']($x) + (new Base)->name;
$$name = ${'a' . 'b'} = [1, 'k' => 2, ...$more];
goto end;
end:
@include __DIR__ . '/none.php';
echo $a <=> $b, $a <> $b, $a instanceof Other, clone $obj, -$x, ~$y, !$z, $i++, ++$i, $a . -1 . $b, `echo inert`;
global $one, $two;
static $three = 3;
declare(strict_types=1);
exit(0);
__halt_compiler();data <?php not code
