<?php $s = strrev($name);
