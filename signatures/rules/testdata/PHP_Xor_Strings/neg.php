<?php $flags = FLAG_A ^ FLAG_B; $r = "a" . "b";
