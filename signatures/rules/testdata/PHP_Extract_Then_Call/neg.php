<?php extract($options); echo $title;
