"""One folder per outside system; the gateway discovers them and never names one."""
