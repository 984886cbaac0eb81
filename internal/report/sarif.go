package report

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// A Rule describes a check.
type Rule struct {
	ID      string
	Summary string // one line
	Doc     string
	URL     string
}

// The parts of SARIF 2.1.0 that are used
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		FullDescription  sarifText `json:"fullDescription"`
		HelpURI          string    `json:"helpUri,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		ExecutionSuccessful        bool                `json:"executionSuccessful"`
		ToolExecutionNotifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct {
		RuleID              string            `json:"ruleId"`
		RuleIndex           int               `json:"ruleIndex"`
		Level               string            `json:"level"`
		Message             sarifText         `json:"message"`
		Locations           []sarifLocation   `json:"locations"`
		RelatedLocations    []sarifLocation   `json:"relatedLocations,omitempty"`
		CodeFlows           []sarifCodeFlow   `json:"codeFlows,omitempty"`
		Fixes               []sarifFix        `json:"fixes,omitempty"`
		PartialFingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine,omitempty"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifCodeFlow struct {
		ThreadFlows []sarifThreadFlow `json:"threadFlows"`
	}
	sarifThreadFlow struct {
		Locations []sarifFlowLocation `json:"locations"`
	}
	sarifFlowLocation struct {
		Location sarifLocation `json:"location"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifBytes `json:"deletedRegion"`
		Inserted sarifText  `json:"insertedContent"`
	}
	sarifBytes struct {
		Offset int `json:"byteOffset"`
		Length int `json:"byteLength"`
	}
)

// SARIF prints findings as a SARIF 2.1.0 log. Every rule is listed, found or
// not; the path of a finding is a code flow.
func (s *Set) SARIF(w io.Writer, version string, rules []Rule) error {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "sessionlint", Version: version,
			InformationURI: "https://github.com/sessionlint/sessionlint",
			Rules:          []sarifRule{},
		}},
		Invocations: []sarifInvocation{{ExecutionSuccessful: len(s.Failures()) == 0}},
		ColumnKind:  "unicodeCodePoints",
		Results:     []sarifResult{},
	}
	index := make(map[string]int)
	for i, r := range rules {
		index[r.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{r.ID, sarifText{r.Summary}, sarifText{r.Doc}, r.URL})
	}
	for _, line := range s.Failures() {
		run.Invocations[0].ToolExecutionNotifications = append(run.Invocations[0].ToolExecutionNotifications,
			sarifNotification{"error", sarifText{line}})
	}
	places := &sarifPlaces{set: s, lines: make(map[string][]string)}
	seen := make(map[string]int)
	for _, f := range s.Findings() {
		res := places.result(f)
		res.RuleIndex = index[f.Check]
		print := places.fingerprint(f)
		seen[print]++
		res.PartialFingerprints = map[string]string{"sessionlint/v1": fmt.Sprintf("%s:%d", print, seen[print])}
		run.Results = append(run.Results, res)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	return enc.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

// sarifPlaces turns places into SARIF's, whose columns count characters.
type sarifPlaces struct {
	set   *Set
	lines map[string][]string // by file
}

func (p *sarifPlaces) line(file string, n int) string {
	lines, ok := p.lines[file]
	if !ok {
		lines = p.set.sourceLines(file)
		p.lines[file] = lines
	}
	if n < 1 || n > len(lines) {
		return ""
	}
	return lines[n-1]
}

// column counts the characters before a byte column.
func (p *sarifPlaces) column(at Place) int {
	line := p.line(at.File, at.Line)
	return utf8.RuneCountInString(line[:min(len(line), max(0, at.Column-1))]) + 1
}

func (p *sarifPlaces) artifact(file string) sarifArtifact {
	if filepath.IsAbs(filepath.FromSlash(file)) {
		return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: file}).String()}
	}
	return sarifArtifact{URI: (&url.URL{Path: file}).String(), URIBaseID: "%SRCROOT%"}
}

func (p *sarifPlaces) location(from, to Place) sarifLocation {
	loc := sarifLocation{Physical: sarifPhysical{Artifact: p.artifact(from.File)}}
	if from.Line > 0 {
		region := &sarifRegion{StartLine: from.Line, StartColumn: p.column(from)}
		if to.File == from.File && (to.Line > from.Line || to.Line == from.Line && to.Column > from.Column) {
			region.EndLine, region.EndColumn = to.Line, p.column(to)
		}
		loc.Physical.Region = region
	}
	return loc
}

func (p *sarifPlaces) result(f Finding) sarifResult {
	res := sarifResult{
		RuleID:    f.Check,
		Level:     "error",
		Message:   sarifText{strings.TrimSuffix(f.Message, " ["+f.Check+"]")},
		Locations: []sarifLocation{p.location(f.Place, f.End)},
	}
	var flow sarifThreadFlow
	for i, n := range f.Notes {
		loc := p.location(n.Place, n.Place)
		loc.Message = &sarifText{n.Message}
		flow.Locations = append(flow.Locations, sarifFlowLocation{loc})
		loc.ID = i + 1
		res.RelatedLocations = append(res.RelatedLocations, loc)
	}
	if len(flow.Locations) > 0 {
		res.CodeFlows = []sarifCodeFlow{{[]sarifThreadFlow{flow}}}
	}
	for _, fix := range f.Fixes {
		res.Fixes = append(res.Fixes, p.fix(fix))
	}
	return res
}

func (p *sarifPlaces) fix(fix Fix) sarifFix {
	out := sarifFix{Description: sarifText{fix.Message}}
	at := make(map[string]int)
	for _, e := range fix.Edits {
		i, ok := at[e.File]
		if !ok {
			i = len(out.Changes)
			at[e.File] = i
			out.Changes = append(out.Changes, sarifChange{Artifact: p.artifact(e.File)})
		}
		out.Changes[i].Replacements = append(out.Changes[i].Replacements,
			sarifReplacement{sarifBytes{e.Start, e.End - e.Start}, sarifText{e.New}})
	}
	return out
}

// fingerprint identifies a finding as long as neither its words nor the line of
// source it stands on change, wherever that line moves to in its file.
func (p *sarifPlaces) fingerprint(f Finding) string {
	line := strings.Join(strings.Fields(p.line(f.Place.File, f.Place.Line)), " ")
	sum := sha256.Sum256([]byte(strings.Join([]string{f.Check, f.Place.File, f.Message, line}, "\x00")))
	return fmt.Sprintf("%x", sum[:8])
}
