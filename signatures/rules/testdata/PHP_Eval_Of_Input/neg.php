<?php $v = intval($_POST["k"]);
