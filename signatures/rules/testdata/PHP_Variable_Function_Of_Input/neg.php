<?php $o = new Model($_POST["a"]);
