package record

// Document says which document of an invention a patent record is.
type Document string

// The documents of an invention.
const (
	Application Document = "application_publication"
	Grant       Document = "grant"
)

// Patent is one published patent document. An application publication and its
// grant are two Patents with one ApplicationNumber: one invention. An
// application of which no document is known has the id of its number
// (US15000001X0) and no Document.
type Patent struct {
	ID                string       `json:"id"` // US20200334450A1; grants without kind: US11321963, USD645062, USRE43633
	Document          Document     `json:"document,omitempty"`
	PublicationNumber string       `json:"publication_number,omitempty"` // as ID, without country and kind: 20200334450, 11321963
	KindCode          string       `json:"kind_code,omitempty"`
	Country           string       `json:"country,omitempty"`
	ApplicationNumber string       `json:"application_number,omitempty"` // digits only, series first: 16959419
	Title             string       `json:"title,omitempty"`
	Abstract          string       `json:"abstract,omitempty"`
	FirstClaim        string       `json:"first_claim,omitempty"`
	Assignees         []Person     `json:"assignees,omitempty"`
	Applicants        []Person     `json:"applicants,omitempty"`
	Inventors         []Person     `json:"inventors,omitempty"`
	Assignments       []Assignment `json:"assignments,omitempty"`
	Filed             Date         `json:"filed,omitempty"`
	Published         Date         `json:"published,omitempty"`
	Granted           Date         `json:"granted,omitempty"`
	LegalStatus       string       `json:"legal_status,omitempty"`
	StatusAsOf        Date         `json:"status_as_of,omitempty"`
	CPC               []string     `json:"cpc,omitempty"` // inventive, G06V40/45
	CPCAdditional     []string     `json:"cpc_additional,omitempty"`
	IPC               []string     `json:"ipc,omitempty"`
	USPC              []string     `json:"uspc,omitempty"`
	FamilyID          string       `json:"family_id,omitempty"` // DOCDB only
	Synthetic         bool         `json:"synthetic,omitempty"`
	Origin            *Origin      `json:"origin,omitempty"`
	AlsoFrom          []Origin     `json:"also_from,omitempty"` // where other sources say something of it
}

// Ref is patent:ID.
func (p *Patent) Ref() Ref { return Ref{KindPatent, p.ID} }

// Person is an assignee, applicant or inventor as a document names it:
// an organization or a human.
type Person struct {
	Name    string `json:"name"`
	City    string `json:"city,omitempty"`
	State   string `json:"state,omitempty"`
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2
}

// Assignment is one recorded conveyance.
type Assignment struct {
	Assignor   string `json:"assignor,omitempty"`
	Assignee   string `json:"assignee,omitempty"`
	Conveyance string `json:"conveyance,omitempty"`
	Executed   Date   `json:"executed,omitempty"`
	Recorded   Date   `json:"recorded,omitempty"`
	ReelFrame  string `json:"reel_frame,omitempty"`
}
