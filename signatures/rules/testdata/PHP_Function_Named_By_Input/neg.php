<?php $handlers[$name]($request);
