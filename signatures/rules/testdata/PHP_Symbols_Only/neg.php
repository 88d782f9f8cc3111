<?php $i++; $j = $i; $list[$j] = 1;
