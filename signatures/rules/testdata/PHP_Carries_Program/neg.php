<?php $p="iVBORw0KGgoAAAANSUhEUg=="; fwrite($f, base64_decode($p));
