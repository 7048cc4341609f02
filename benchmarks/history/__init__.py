"""The conformance kit of type 2 history: named scenarios with their right answers, run on ours and on other tools."""
