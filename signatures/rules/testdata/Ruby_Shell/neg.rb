require "socket"
s = TCPSocket.new("192.0.2.1", 80)
puts s.gets
