package guard

import "strings"

const maxValueBytes = 4096

// Variables that change which server, account, program or configuration a command takes; the PATH shims send the same.
var (
	selectedNames = wordSet(`HOME PATH USER SHELL NODE_ENV NODE_OPTIONS RAILS_ENV DATABASE_URL REDIS_URL VIRTUAL_ENV PAGER
		EDITOR VISUAL BASH_ENV MANPAGER BROWSER RSYNC_RSH PSQL_PAGER GCONV_PATH ENV ZDOTDIR SUDO_ASKPASS CURL_HOME WGETRC
		SYSTEM_WGETRC NETRC GNUPGHOME OPENSSL_CONF HOSTALIASES KRB5_CONFIG http_proxy https_proxy all_proxy HTTP_PROXY
		HTTPS_PROXY ALL_PROXY NODE_PATH NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED RUSTC SYSTEMD_EDITOR SYSTEMD_PAGER`)
	selectedPrefixes = strings.Fields(`GIT_ PG MYSQL_ KUBE AWS_ CLOUDSDK_ AZURE_ ARM_ TF_ DOCKER_ npm_config_ MONGO PIP_ CARGO_
		SSH_ LD_ DYLD_ GH_ LESS PYTHON PERL5 RUBY JAVA_ BASH_FUNC_ RSYNC_ XDG_CONFIG_ SSL_CERT_ NPM_CONFIG_ YARN_ PNPM_ BUN_
		UV_ GEM_ BUNDLE_ TWINE_ RUSTC_ HELM_ PULUMI_ COMPOSE_ CONTAINER_ GLAB_ GITLAB_ REDISCLI_`)
	secretWords = strings.Fields("TOKEN SECRET PASSW")
	secretEnds  = strings.Fields("_KEY _AUTH _PWD _AUTH_SOCK")
)

// judgedVariables chooses from an environment without doubles. Secrets never leave the process: that they are set is
// enough for a judgement.
func judgedVariables(environment []string) map[string]string {
	chosen := map[string]string{}
	for _, entry := range environment {
		name, value, found := strings.Cut(entry, "=")
		switch {
		case !found || !isSelected(name):
		case isSecret(name):
			chosen[name] = "[set]"
		case len(value) > maxValueBytes:
			chosen[name] = "[too long]"
		default:
			chosen[name] = value
		}
	}
	return chosen
}

func isSelected(name string) bool {
	if selectedNames[name] {
		return true
	}
	for _, prefix := range selectedPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func isSecret(name string) bool {
	name = strings.ToUpper(name)
	for _, word := range secretWords {
		if strings.Contains(name, word) {
			return true
		}
	}
	for _, end := range secretEnds {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}
