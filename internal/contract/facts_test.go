package contract

import "testing"

// sessionAPI lists every C function that takes, returns or concerns an
// SSL_SESSION, over all libraries.
var sessionAPI = []string{
	"SSL_SESSION_new",
	"SSL_SESSION_dup",
	"SSL_SESSION_up_ref",
	"SSL_SESSION_free",
	"SSL_SESSION_copy_without_early_data",
	"SSL_get_session",
	"SSL_get0_session",
	"SSL_get1_session",
	"SSL_set_session",
	"SSL_copy_session_id",
	"SSL_dup",
	"SSL_free",
	"SSL_clear",
	"SSL_shutdown",
	"SSL_do_handshake",
	"SSL_connect",
	"SSL_accept",
	"SSL_read",
	"SSL_write",
	"SSL_renegotiate",
	"SSL_set_SSL_CTX",
	"SSL_session_reused",
	"BIO_ssl_copy_session_id",
	"SSL_CTX_add_session",
	"SSL_CTX_remove_session",
	"SSL_CTX_flush_sessions",
	"SSL_CTX_flush_sessions_ex",
	"SSL_CTX_free",
	"SSL_CTX_sessions",
	"SSL_CTX_sess_set_new_cb",
	"SSL_CTX_sess_set_remove_cb",
	"SSL_CTX_sess_set_get_cb",
	"SSL_CTX_sess_get_new_cb",
	"SSL_CTX_sess_get_remove_cb",
	"SSL_CTX_sess_get_get_cb",
	"d2i_SSL_SESSION",
	"d2i_SSL_SESSION_ex",
	"d2i_SSL_SESSION_bio",
	"SSL_SESSION_from_bytes",
	"SSL_SESSION_to_bytes",
	"SSL_SESSION_to_bytes_for_ticket",
	"SSL_process_tls13_new_session_ticket",
	"i2d_SSL_SESSION",
	"i2d_SSL_SESSION_bio",
	"PEM_read_bio_SSL_SESSION",
	"PEM_read_SSL_SESSION",
	"PEM_write_bio_SSL_SESSION",
	"PEM_write_SSL_SESSION",
	"SSL_SESSION_print",
	"SSL_SESSION_print_fp",
	"SSL_SESSION_print_keylog",
	"SSL_SESSION_get0_peer",
	"SSL_SESSION_get0_peer_rpk",
	"SSL_SESSION_get0_peer_certificates",
	"SSL_SESSION_get0_cipher",
	"SSL_SESSION_get0_hostname",
	"SSL_SESSION_get0_alpn_selected",
	"SSL_SESSION_get0_ticket",
	"SSL_SESSION_get0_ticket_appdata",
	"SSL_SESSION_get0_id_context",
	"SSL_SESSION_get_id",
	"SSL_SESSION_get_ex_data",
	"SSL_SESSION_get0_ocsp_response",
	"SSL_SESSION_get0_signed_cert_timestamp_list",
	"SSL_SESSION_get0_peer_sha256",
	"SSL_get_peer_cert_chain",
	"SSL_get0_peer_certificate",
	"SSL_get1_peer_certificate",
	"SSL_get_peer_certificate",
	"SSL_get0_verified_chain",
	"SSL_get_psk_identity",
	"SSL_get_psk_identity_hint",
	"SSL_get_servername",
	"SSL_SESSION_set1_hostname",
	"SSL_SESSION_set1_alpn_selected",
	"SSL_SESSION_set1_ticket_appdata",
	"SSL_SESSION_set1_id",
	"SSL_SESSION_set1_id_context",
	"SSL_SESSION_set1_master_key",
	"SSL_SESSION_set_ticket",
	"SSL_SESSION_set_ex_data",
	"SSL_SESSION_get_ex_new_index",
	"SSL_SESSION_set_cipher",
	"SSL_SESSION_set_protocol_version",
	"SSL_SESSION_set_time",
	"SSL_SESSION_set_time_ex",
	"SSL_SESSION_set_timeout",
	"SSL_SESSION_set_max_early_data",
	"SSL_SESSION_get_time",
	"SSL_SESSION_get_time_ex",
	"SSL_SESSION_get_timeout",
	"SSL_SESSION_get_protocol_version",
	"SSL_SESSION_get_compress_id",
	"SSL_SESSION_get_max_early_data",
	"SSL_SESSION_get_ticket_lifetime_hint",
	"SSL_SESSION_get_max_fragment_length",
	"SSL_SESSION_has_ticket",
	"SSL_SESSION_is_resumable",
	"SSL_SESSION_get_master_key",
	"SSL_CTX_set_psk_use_session_callback",
	"SSL_set_psk_use_session_callback",
	"SSL_CTX_set_psk_find_session_callback",
	"SSL_set_psk_find_session_callback",
	"SSL_CTX_set_session_ticket_cb",
	"SSL_set_session_ticket_ext",
	"SSL_magic_pending_session_ptr",
}

func TestEveryFunctionHasAContract(t *testing.T) {
	if len(sessionAPI) != 106 {
		t.Errorf("the list has %d names, want 106", len(sessionAPI))
	}
	for _, name := range sessionAPI {
		f, ok := Default().C(name)
		switch {
		case !ok:
			t.Errorf("%s has no contract", name)
		case f.Name != name:
			t.Errorf("%s has only the contract of %s", name, f.Name)
		case f.Args < 0:
			t.Errorf("%s: number of arguments unknown", name)
		case f.Handle == "":
			t.Errorf("%s is about no handle", name)
		case f.Signature == "" || f.Verified == "" || f.Source == "" || len(f.Libraries) != len(libraries):
			t.Errorf("%s: signature, verification, source or libraries missing", name)
		}
	}
}

func TestEveryCallbackHasAContract(t *testing.T) {
	for _, kind := range []string{
		"new_session",
		"remove_session",
		"get_session",
		"psk_use_session",
		"psk_find_session",
		"ticket_generate",
		"ticket_decrypt",
		"session_secret",
		"generate_session_id",
	} {
		c, ok := Default().CallbackKind(kind)
		if !ok {
			t.Errorf("no contract of callback %s", kind)
			continue
		}
		if len(c.Params) == 0 || c.In == "" || c.Out == "" || c.Verified == "" {
			t.Errorf("callback %s: parameters, in, out or verification missing", kind)
		}
		if !registered(kind) {
			t.Errorf("no function registers callback %s", kind)
		}
	}
}

func registered(kind string) bool {
	for _, f := range Default().Functions() {
		for _, p := range f.Params {
			if p.Callback == kind && !f.Go {
				return true
			}
		}
	}
	return false
}

func TestEveryEventHasAContract(t *testing.T) {
	owners := map[string]int{}
	for _, e := range Default().Events() {
		owners[e.Owner]++
		if len(e.Triggers) == 0 || e.Verified == "" {
			t.Errorf("event %q: triggers or verification missing", e.Event)
		}
	}
	for owner, want := range map[string]int{"SSL": 8, "SSL_CTX": 2, "SSL_SESSION": 2} {
		if owners[owner] != want {
			t.Errorf("%d events of owner %s, want %d", owners[owner], owner, want)
		}
	}
}
