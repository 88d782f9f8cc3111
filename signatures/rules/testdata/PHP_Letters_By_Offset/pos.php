<?php $k="abcdefghijklmnopqrstuvwxyz"; $f=$k[18].$k[24].$k[18].$k[19].$k[4].$k[12];
