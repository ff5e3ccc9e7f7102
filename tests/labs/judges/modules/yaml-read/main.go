// yaml-read v3|kubernetes FILE... prints what is in each YAML file as one line of JSON:
// {"documents": [...]} or {"error": "..."}.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	kubernetes "sigs.k8s.io/yaml"
)

func main() {
	read := map[string]func([]byte) ([]any, error){"v3": v3, "kubernetes": kube}[os.Args[1]]
	for _, path := range os.Args[2:] {
		fmt.Println(line(path, read))
	}
}

func line(path string, read func([]byte) ([]any, error)) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return refused(err)
	}
	documents, err := read(text)
	if err != nil {
		return refused(err)
	}
	// Not every value has a JSON: .nan has none.
	out, err := encode(map[string]any{"documents": documents})
	if err != nil {
		return refused(err)
	}
	return out
}

func refused(reason error) string {
	out, _ := encode(map[string]string{"error": reason.Error()}) // a string always encodes
	return out
}

func encode(value any) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// v3 is what Go programs of their own read with: Prometheus, Alertmanager, k9s.
func v3(text []byte) ([]any, error) {
	documents := []any{}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var value any
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		documents = append(documents, plain(value))
	}
}

// kube is what kubectl, Helm and Argo CD read with.
func kube(text []byte) ([]any, error) {
	documents := []any{}
	reader := yamlutil.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		var value any
		if err := kubernetes.UnmarshalStrict(document, &value); err != nil {
			return nil, err
		}
		documents = append(documents, value)
	}
}

func plain(value any) any {
	switch value := value.(type) {
	case map[any]any:
		out := map[string]any{}
		for key, inner := range value {
			out[fmt.Sprintf("!%T %v", key, key)] = plain(inner)
		}
		return out
	case map[string]any:
		for key, inner := range value {
			value[key] = plain(inner)
		}
	case []any:
		for i, inner := range value {
			value[i] = plain(inner)
		}
	case time.Time:
		return "!time " + value.UTC().Format(time.RFC3339)
	}
	return value
}
