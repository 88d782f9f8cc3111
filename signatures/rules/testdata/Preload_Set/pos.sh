export LD_PRELOAD=/dev/shm/libx.so
