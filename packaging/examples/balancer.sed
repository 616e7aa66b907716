# What haproxy.cfg says otherwise among containers, for compose.yaml: sed -f balancer.sed haproxy.cfg >balancer.cfg
s/bind 127\.0\.0\.1:/bind :/
s/10\.0\.0\.\([1-3]\):/node\1:/
# A node that is made anew has another address; the balancer starts also where one is not there yet.
s/default-server check/default-server resolvers names init-addr libc,none check/
$a\
\
resolvers names\
    parse-resolv-conf\
    hold valid 1s
