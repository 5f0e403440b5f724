"""The tutorial's example_tag as slixmpp writes it: two stanza classes, and what is said about them."""
from slixmpp import Iq, Message
from slixmpp.xmlstream import ElementBase, register_stanza_plugin

NAMESPACE = "https://example.net/our_extension"
REFUSAL = "Without some_string value returns error."


class InsideTag(ElementBase):
    name = plugin_attrib = "inside_tag"
    plugin_multi_attrib = "inside_tags"
    namespace = NAMESPACE
    interfaces = {"first_field", "secound_field"}


class ExampleTag(ElementBase):
    name = plugin_attrib = "example_tag"
    namespace = NAMESPACE
    interfaces = {"boolean", "some_string", "text"}

    def get_text(self):
        return self.xml.text or ""

    def set_text(self, text):
        self.xml.text = text

    def says(self):
        """All of it, as plain values."""
        inside = [(tag["first_field"], tag["secound_field"]) for tag in self["inside_tags"]]
        return self["boolean"], self["some_string"], self["text"], inside


register_stanza_plugin(ExampleTag, InsideTag, iterable=True)
for stanza in (Iq, Message):
    register_stanza_plugin(stanza, ExampleTag)
