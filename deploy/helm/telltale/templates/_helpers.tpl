{{- define "telltale.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end }}
{{- define "telltale.selector" -}}
app.kubernetes.io/name: telltale
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "telltale.labels" -}}
{{ include "telltale.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
