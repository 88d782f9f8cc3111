<?php array_map("assert", (array) $x);
