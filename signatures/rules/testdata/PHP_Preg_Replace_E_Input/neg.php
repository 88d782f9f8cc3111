<?php preg_replace("/x/i", "y", $_POST["c"]);
