<?php array_map("trim", (array) $x);
