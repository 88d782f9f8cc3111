<?php $img = base64_decode("iVBORw0KGgo=");
